-- +goose Up
-- Commands that print and export connect as a role that cannot join the answers of a
-- confidential campaign to people. Where we may not create it, somebody who may does:
-- canvass doctor says how, and every migration grants anew.

-- What such a role may see of links: those of identified campaigns.
CREATE VIEW identified_link WITH (security_barrier) AS
SELECT l.invitation_id, l.response_id FROM link.response_link l
JOIN invitation i ON i.id = l.invitation_id JOIN campaign k ON k.id = i.campaign_id WHERE k.confidentiality = 'identified';
COMMENT ON VIEW identified_link IS 'Which response belongs to which invitation, where the campaign is identified';

CREATE VIEW identified_answer WITH (security_barrier) AS
SELECT l.invitation_id, r.id AS response_id, r.state, r.mode, r.started_at, r.submitted_at, a.question, a.value, a.missing,
  a.mode AS answered_by, a.language AS answered_in, a.assigned_by, a.answered_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('value', b.value, 'missing', b.missing, 'mode', b.mode, 'language', b.language,
    'answered_at', b.answered_at, 'replaced_at', b.replaced_at) ORDER BY b.replaced_at), '[]')
    FROM answer_before b WHERE b.response_id = r.id AND b.question = a.question) AS earlier
FROM identified_link l JOIN response r ON r.id = l.response_id JOIN answer_item a ON a.response_id = r.id;
COMMENT ON VIEW identified_answer IS 'The answers of identified campaigns, with their times and the case';

-- What people wrote, and what answered it, leads to their answers; what is of no campaign does not.
CREATE VIEW readable_inbox WITH (security_barrier) AS
SELECT x.id, x.payload FROM inbox x LEFT JOIN invitation i ON i.id = x.invitation_id LEFT JOIN campaign k ON k.id = i.campaign_id
WHERE coalesce(k.confidentiality, 'identified') = 'identified' OR x.kind IN ('status', 'stop', 'bounce');
CREATE VIEW readable_notice WITH (security_barrier) AS
SELECT n.id, n.prompts, n.words FROM notice n LEFT JOIN invitation i ON i.id = n.invitation_id LEFT JOIN campaign k ON k.id = i.campaign_id
WHERE coalesce(k.confidentiality, 'identified') = 'identified';
CREATE VIEW readable_conversation WITH (security_barrier) AS
SELECT t.id, t.state FROM conversation t JOIN invitation i ON i.id = t.invitation_id JOIN campaign k ON k.id = i.campaign_id
WHERE k.confidentiality = 'identified';
COMMENT ON VIEW readable_inbox IS 'What arrived, where it cannot lead to an answer that is kept apart';
COMMENT ON VIEW readable_notice IS 'What was answered, where it cannot lead to an answer that is kept apart';
COMMENT ON VIEW readable_conversation IS 'The turn a person is at, in identified campaigns';

-- +goose StatementBegin
CREATE FUNCTION custody_grants() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  t record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'canvass_staff') THEN
    BEGIN
      CREATE ROLE canvass_staff NOLOGIN;
    EXCEPTION
      WHEN insufficient_privilege THEN RETURN false;
      WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the server was faster
    END;
  END IF;
  IF NOT pg_has_role(current_user, 'canvass_staff', 'MEMBER') THEN
    BEGIN
      EXECUTE format('GRANT canvass_staff TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN RETURN false;
    END;
  END IF;
  REVOKE ALL ON SCHEMA link FROM canvass_staff;
  GRANT USAGE ON SCHEMA public TO canvass_staff;
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM canvass_staff;
  FOR t IN
    SELECT c.table_name, string_agg(quote_ident(c.column_name), ', ') AS columns FROM information_schema.columns c
    WHERE c.table_schema = 'public' AND c.table_name || '.' || c.column_name NOT IN ('inbox.payload', 'notice.prompts', 'notice.words', 'conversation.state',
      'response.started_at', 'response.submitted_at', 'answer_item.answered_at', 'answer_item.assigned_by',
      'answer_before.answered_at', 'answer_before.replaced_at', 'answer_before.assigned_by',
      'recording.provider_id', 'recording.told_at', 'recording.kept_at', 'recording.removed_at', 'recording.look_at', 'pool.content', 'token.hash',
      'staff.password', 'staff_session.hash', 'staff_invitation.hash')
    GROUP BY 1
  LOOP
    EXECUTE format('GRANT SELECT (%s) ON public.%I TO canvass_staff', t.columns, t.table_name);
  END LOOP;
  GRANT INSERT ON audit, event TO canvass_staff;
  RETURN true;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION custody_grants IS 'Gives the role of commands that print what it may see; false where it is missing and we may not create it';
SELECT custody_grants();
