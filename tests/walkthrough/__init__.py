"""The main job on a virtual desktop, step by step with pictures: what `make run` shows where there is no screen."""
