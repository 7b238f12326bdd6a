-- +goose Up
-- The record of acts becomes a chain: each line carries a hash over the line before it and
-- over itself, so that a line that was changed, taken out, put in or moved is noticed. Words
-- that may name somebody are hashed with chance of their own, which an erasure takes with
-- the words: what was emptied verifies as emptied, and nobody can guess what it said.
CREATE TABLE audit_head (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  place bigint NOT NULL CHECK (place >= 0),
  hash  bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO audit_head (place, hash) VALUES (0, sha256('canvass audit'));
COMMENT ON TABLE audit_head IS 'The last line of the record: its lock puts those who write at once in line, and a record that was cut short is noticed';

ALTER TABLE audit
  ADD place         bigint UNIQUE,
  ADD reason_salt   bytea CHECK (octet_length(reason_salt) = 16),
  ADD reason_digest bytea CHECK (octet_length(reason_digest) = 32),
  ADD detail_salt   bytea CHECK (octet_length(detail_salt) = 16),
  ADD detail_digest bytea CHECK (octet_length(detail_digest) = 32),
  ADD hash          bytea CHECK (octet_length(hash) = 32);
COMMENT ON COLUMN audit.place IS 'Place in the chain, from 1 on without a gap: the order in which acts were committed';
COMMENT ON COLUMN audit.reason_salt IS 'Chance before the reason in its digest; none: an erasure emptied the reason';
COMMENT ON COLUMN audit.reason_digest IS 'SHA-256 over reason_salt and the reason as it was written';
COMMENT ON COLUMN audit.detail_salt IS 'Chance before the detail in its digest; none: an erasure emptied the detail';
COMMENT ON COLUMN audit.detail_digest IS 'SHA-256 over detail_salt and the detail as it was written';
COMMENT ON COLUMN audit.hash IS 'SHA-256 over the hash of the line before and this line; see dispatch/staff/record.go';
CREATE INDEX audit_actor ON audit (actor, at, place);
CREATE INDEX audit_act ON audit (act, at, place);
CREATE INDEX audit_at ON audit (at, place);

-- What is hashed is text, its lines in this order. Only the last may hold a line break.
-- +goose StatementBegin
CREATE FUNCTION audit_chain(line bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  head audit_head;
  a    audit;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  SELECT * INTO STRICT a FROM audit WHERE id = line;
  a.place := head.place + 1;
  a.reason_salt := uuid_send(gen_random_uuid());
  a.detail_salt := uuid_send(gen_random_uuid());
  a.reason_digest := sha256(a.reason_salt || convert_to(a.reason, 'UTF8'));
  a.detail_digest := sha256(a.detail_salt || convert_to(a.detail::text, 'UTF8'));
  a.hash := sha256(convert_to(concat_ws(E'\n', 'canvass audit 1', a.place, encode(head.hash, 'hex'), a.id,
    (extract(epoch FROM a.at) * 1000000)::bigint, coalesce(a.contact_id, 0), coalesce(a.import_id, 0), coalesce(a.campaign_id, 0),
    encode(a.reason_digest, 'hex'), encode(a.detail_digest, 'hex'), a.act, a.actor), 'UTF8'));
  UPDATE audit SET place = a.place, reason_salt = a.reason_salt, reason_digest = a.reason_digest,
    detail_salt = a.detail_salt, detail_digest = a.detail_digest, hash = a.hash WHERE id = line;
  UPDATE audit_head SET place = a.place, hash = a.hash;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION audit_chain IS 'Puts a line at the end of the chain';

-- +goose StatementBegin
DO $$
DECLARE
  line bigint;
BEGIN
  FOR line IN SELECT id FROM audit ORDER BY id LOOP
    PERFORM audit_chain(line);
  END LOOP;
END $$;
-- +goose StatementEnd

-- A line gets its place when its transaction commits, after every other lock of the house:
-- who waits for the head then waits for nobody that waits for them.
-- +goose StatementBegin
CREATE FUNCTION audit_chain_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM audit_chain(NEW.id);
  RETURN NULL;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION audit_chain, audit_chain_new FROM PUBLIC;
CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain_new();

-- +goose StatementBegin
CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.place := NULL; NEW.hash := NULL;
    NEW.reason_salt := NULL; NEW.reason_digest := NULL; NEW.detail_salt := NULL; NEW.detail_digest := NULL;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.at, NEW.actor, NEW.act, NEW.contact_id, NEW.import_id, NEW.campaign_id)
        IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.act, OLD.contact_id, OLD.import_id, OLD.campaign_id)
      AND NEW.reason IN (OLD.reason, '') AND NEW.detail IN (OLD.detail, '{}')
      AND (OLD.hash IS NULL OR (NEW.place, NEW.reason_digest, NEW.detail_digest, NEW.hash)
        IS NOT DISTINCT FROM (OLD.place, OLD.reason_digest, OLD.detail_digest, OLD.hash)) THEN
      IF OLD.hash IS NOT NULL THEN -- an erasure
        NEW.reason_salt := CASE WHEN NEW.reason = OLD.reason THEN OLD.reason_salt END;
        NEW.detail_salt := CASE WHEN NEW.detail = OLD.detail THEN OLD.detail_salt END;
      END IF;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the record of acts only grows' USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_guard BEFORE INSERT OR UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_guard();
COMMENT ON FUNCTION audit_guard IS 'The record of acts only grows; an erasure empties words, and nothing else';

-- What opens an account beside its password stands in a schema that the role of commands
-- that print never comes into.
CREATE SCHEMA door;
COMMENT ON SCHEMA door IS 'What opens accounts of staff beside the password';
CREATE TABLE door.totp (
  staff_id     bigint PRIMARY KEY REFERENCES staff,
  secret       bytea NOT NULL,
  confirmed_at timestamptz,
  used_step    bigint NOT NULL DEFAULT 0 CHECK (used_step >= 0)
);
COMMENT ON TABLE door.totp IS 'One-time codes of an app (RFC 6238)';
COMMENT ON COLUMN door.totp.secret IS 'Sealed with the key file; see dispatch/token';
COMMENT ON COLUMN door.totp.confirmed_at IS 'When a first code was right; none: it is being set up, and asked of nobody';
COMMENT ON COLUMN door.totp.used_step IS 'The 30 seconds of the last code that was taken: it and those before are taken no more';
CREATE TABLE door.recovery (
  staff_id bigint NOT NULL REFERENCES staff,
  hash     bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (staff_id, hash)
);
COMMENT ON TABLE door.recovery IS 'SHA-256 of codes that open once where the app is lost, and are gone then';
CREATE TABLE door.passkey (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  staff_id   bigint NOT NULL REFERENCES staff,
  credential bytea NOT NULL UNIQUE CHECK (octet_length(credential) BETWEEN 1 AND 1023),
  key        bytea NOT NULL,
  count      bigint NOT NULL CHECK (count BETWEEN 0 AND 4294967295),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  made_at    timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX passkey_staff ON door.passkey (staff_id);
COMMENT ON TABLE door.passkey IS 'Devices that open an account by themselves (Web Authentication)';
COMMENT ON COLUMN door.passkey.key IS 'Public key, SubjectPublicKeyInfo';
COMMENT ON COLUMN door.passkey.count IS 'Signatures as the device counts them; one that does not grow is a copy''s';
COMMENT ON COLUMN door.passkey.name IS 'As the owner calls the device';
CREATE TABLE door.challenge (
  hash     bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  staff_id bigint REFERENCES staff,
  until    timestamptz NOT NULL
);
COMMENT ON TABLE door.challenge IS 'What a device is asked to sign, once; SHA-256 of it';
COMMENT ON COLUMN door.challenge.staff_id IS 'Who makes a passkey; none: somebody who signs in';

ALTER TABLE staff_session
  ADD id    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  ADD waits text NOT NULL DEFAULT '' CHECK (waits IN ('', 'code', 'setup'));
COMMENT ON COLUMN staff_session.id IS 'By which a session is named where it is listed';
COMMENT ON COLUMN staff_session.waits IS 'What is missing before it opens anything: the one-time code, or that the account gets one';

-- An account, and an invitation, of some campaigns only.
ALTER TABLE staff
  ADD bound boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT staff_bound_check CHECK (NOT bound OR role <> 'administrator');
COMMENT ON COLUMN staff.bound IS 'Works for the campaigns of staff_campaign only';
CREATE TABLE staff_campaign (
  staff_id    bigint NOT NULL REFERENCES staff,
  campaign_id bigint NOT NULL REFERENCES campaign,
  PRIMARY KEY (staff_id, campaign_id)
);
CREATE INDEX staff_campaign_campaign ON staff_campaign (campaign_id);
COMMENT ON TABLE staff_campaign IS 'Which campaigns a bound account works for';
ALTER TABLE staff_invitation
  ADD bound     boolean NOT NULL DEFAULT false,
  ADD campaigns bigint[] NOT NULL DEFAULT '{}',
  ADD CONSTRAINT staff_invitation_bound_check CHECK (NOT bound OR role <> 'administrator');
COMMENT ON COLUMN staff_invitation.campaigns IS 'Which campaigns the account works for, where it is bound';
