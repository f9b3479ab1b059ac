"""What customers are worth to the shop: past revenue and how it is spread, expected revenue, and what a word to them would bring."""
