SELECT t.number, (t.number IN (SELECT number FROM won)) IS TRUE AS won, t.duplicate,
    -- A winner whose message somebody changed meanwhile has not taken it: the group ends here, and is repeated.
    CASE WHEN t.takes IS NOT NULL AND (t.number IN (SELECT number FROM won)) IS TRUE
            AND (t.number IN (SELECT number FROM taken)) IS NOT TRUE
        THEN 1 / (t.number - t.number) END
FROM turn t
