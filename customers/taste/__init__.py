"""What a customer likes, read off their own purchases and compared with the shop's customers."""
