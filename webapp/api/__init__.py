"""The JSON interface under `/api/v1`: the use-cases of the staff's desk for scripts, with tokens instead of cookies.

Shapes of requests and answers are in the modules `shapes_…`; `door` says what each endpoint is guarded with.
"""
