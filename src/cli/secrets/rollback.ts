import { type Sallyport, SallyportError } from '@sallyport/client';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { hasCode } from '../exit-code.js';
import { asksConsent, hasConsent } from '../output/consent.js';
import type { CommandCall } from '../program/command-call.js';
import { reportWrite } from './report-write.js';

const PREVIOUS = 'previous';

export async function rollback(call: CommandCall): Promise<void> {
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  const wanted = call.text('to') ?? PREVIOUS;
  // The version of the question is restored, also if others write before the answer.
  const version = asksConsent(call) ? await numberOf(gateway, secret, wanted) : wanted;
  const place = `${secret.namespace}/${secret.name}`;
  const question = `replace the present state of ${place} by version ${version}?`;
  if (!(await hasConsent(call, question))) return;
  const options = call.writeOptions();
  const written = await gateway.versions.restore(secret.namespace, secret.name, version, options);
  reportWrite(call, secret, written.content);
}

/** Returns the number of a version; its alias for a user without the right to read versions. */
async function numberOf(
  gateway: Sallyport,
  { namespace, name }: SecretName,
  version: string,
): Promise<string> {
  if (/^\d+$/.test(version)) return version;
  try {
    const { content } = await gateway.versions.get(namespace, name, version);
    return String(content.version);
  } catch (error) {
    if (hasCode(error, 'Forbidden')) return version;
    throw error;
  }
}

/** Brings a Secret back: for a deleted one, the previous version is the last that it had. */
export async function undelete(call: CommandCall): Promise<void> {
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  await requireDeleted(gateway, secret);
  const options = call.writeOptions();
  const { namespace: inNamespace, name } = secret;
  const written = await gateway.versions.restore(inNamespace, name, PREVIOUS, options);
  reportWrite(call, secret, written.content);
}

/** Throws AlreadyExists for a live Secret: it would get the version before the present one. */
async function requireDeleted(gateway: Sallyport, { namespace, name }: SecretName): Promise<void> {
  const found = await gateway.secrets.metadata(namespace, name).catch((error: unknown) => {
    if (hasCode(error, 'NotFound')) return undefined;
    throw error;
  });
  if (found === undefined) return;
  const message = `${namespace}/${name} is not deleted: see sallyport rollback`;
  throw new SallyportError('AlreadyExists', message);
}
