DROP INDEX messages_request;
