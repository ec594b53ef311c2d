"""The same neuron with the sigmoid as a single gate.

Watch the one backward step of the sigmoid do what five steps do in sigmoid.py: the local gradient
is f * (1 - f), computed from the gate's own output. Every gradient outside the gate is the same.
"""

from graphtui import input, parameter, sigmoid

w0 = parameter(2.0)
x0 = input(-1.0)
w1 = parameter(-3.0)
x1 = input(-2.0)
w2 = parameter(-3.0)

s = w0 * x0 + w1 * x1 + w2
f = sigmoid(s)
