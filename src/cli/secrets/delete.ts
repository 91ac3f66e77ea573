import { secretNameOf } from '../connection/secret-name.js';
import { hasConsent } from '../output/consent.js';
import type { CommandCall } from '../program/command-call.js';

export async function remove(call: CommandCall): Promise<void> {
  const { gateway, namespace: inNamespace } = await call.connect();
  const { namespace, name } = secretNameOf(call.argument(0), inNamespace);
  if (!(await hasConsent(call, `delete ${namespace}/${name}?`))) return;
  const options = call.writeOptions();
  await gateway.secrets.delete(namespace, name, options);
  if (call.flag('dryRun')) return call.confirm(`dry run: ${namespace}/${name} can be deleted`);
  call.confirm(
    `${namespace}/${name} is deleted; to take that back: sallyport undelete ${namespace}/${name}`,
  );
}
