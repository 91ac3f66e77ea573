import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const KEY_BYTES = 32;
/** PostgreSQL's own number; guessed passwords have 128 bits or more. */
const ITERATIONS = 4_096;

/**
 * Returns the verifier that PostgreSQL stores for SCRAM-SHA-256 (RFC 5802, section 3; RFC 7677), in
 * the form for `ALTER ROLE … PASSWORD`. So the server never receives the password. SASLprep (RFC
 * 4013) must leave the password unchanged.
 */
export function scramVerifier(password: string, salt: Uint8Array): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  const saltText = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${saltText}$${storedKey}:${serverKey}`;
}
