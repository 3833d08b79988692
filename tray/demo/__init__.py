"""An embedded SageMaker endpoint with sample notebooks."""
