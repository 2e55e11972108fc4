"""What is done on this board: plan, name experts, settle, judge, order, receive."""
