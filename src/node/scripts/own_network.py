"""Says whether the code of a notebook can be given a network of its own on this machine: `yes` or `no`."""

from slipway_child import leave_network

print("yes" if leave_network() else "no")
