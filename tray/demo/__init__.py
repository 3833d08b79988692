"""An embedded SageMaker endpoint with sample notebook instances.

The door: `endpoint.running_endpoint`, `sample`, `sample_days`, `sample_elsewhere` and `sample_sign_in`. What only tests
need is with the tests.
"""
