SELECT w.number, true AS won FROM won w
UNION ALL
SELECT t.number, false FROM turn t WHERE t.duplicate
