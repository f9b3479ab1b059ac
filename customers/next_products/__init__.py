"""What will each customer buy next, and how likely is it?"""
