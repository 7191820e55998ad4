-- A winner whose message somebody changed meanwhile has not taken it: the group ends here, and is repeated.
UNION ALL
SELECT 1 / (t.number - t.number), false
FROM turn t
WHERE t.takes IS NOT NULL AND (t.number IN (SELECT number FROM won)) IS TRUE AND (t.number IN (SELECT number FROM taken)) IS NOT TRUE
