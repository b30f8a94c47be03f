"""What comes of activities, once the door has proved who sent them."""
