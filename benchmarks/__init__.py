"""What is fast is measured here, as ratios against a named peer in the same run."""
