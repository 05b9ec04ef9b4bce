"""
The AWS side on one machine, over moto: what calls the hops where there is no AWS.
"""
