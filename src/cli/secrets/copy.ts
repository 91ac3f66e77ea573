import { secretNameOf } from '../connection/secret-name.js';
import type { CommandCall } from '../program/command-call.js';
import { reportWrite } from './report-write.js';

/** Copies type, labels and values, with the rights of the user on both Secrets. */
export async function copy(call: CommandCall): Promise<void> {
  const { gateway, namespace } = await call.connect();
  const source = secretNameOf(call.argument(0), namespace);
  const target = secretNameOf(call.argument(1), namespace);
  const { content } = await gateway.secrets.get(source.namespace, source.name);
  const { type, labels } = content;
  const values = [...content.values].map(([key, value]) => {
    return [key, Buffer.from(value.reveal()).toString('base64')] as const;
  });
  const body = { type, labels, data: Object.fromEntries(values) };
  const reason = call.text('reason') ?? `copy of ${source.namespace}/${source.name}`;
  const options = { dryRun: call.flag('dryRun'), onlyNew: !call.flag('replace'), reason };
  const written = await gateway.secrets.put(target.namespace, target.name, body, options);
  reportWrite(call, target, written.content);
}
