import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const KEY_BYTES = 32;
/** That of PostgreSQL itself; what is guessed against it has 128 bits or more. */
const ITERATIONS = 4_096;

/**
 * What PostgreSQL keeps of a password for SCRAM-SHA-256 (RFC 5802, section 3; RFC 7677), in the
 * form that `ALTER ROLE … PASSWORD` takes for it: so the server never hears the password. It must
 * be one that SASLprep (RFC 4013) leaves as it is.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  const saltText = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${saltText}$${storedKey}:${serverKey}`;
}
