DROP TYPE new_message;
DROP TYPE new_turn;
