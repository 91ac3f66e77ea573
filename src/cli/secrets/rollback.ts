import { type Sallyport, SallyportError } from '@sallyport/client';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { hasCode } from '../exit-code.js';
import { requireConsent } from '../output/consent.js';
import type { CommandCall } from '../program/command-call.js';
import { reportWrite } from './report-write.js';

const PREVIOUS = 'previous';

export async function rollback(call: CommandCall): Promise<void> {
  const { gateway, namespace } = await call.connect();
  const secret = secretNameOf(call.argument(0), namespace);
  const version = call.text('to') ?? PREVIOUS;
  const place = `${secret.namespace}/${secret.name}`;
  await requireConsent(call, `replace the present state of ${place} by version ${version}?`);
  const options = call.writeOptions();
  const written = await gateway.versions.restore(secret.namespace, secret.name, version, options);
  reportWrite(call, secret, written.content);
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
