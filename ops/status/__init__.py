"""
`firn status`: the pipeline at a glance, for the engineer on call.

First everything is looked at (look.py and what it asks), then it is judged
(judge.py, pure), then told (page.py, document.py).
"""
