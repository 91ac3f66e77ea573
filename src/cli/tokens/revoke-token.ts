import { hasConsent } from '../output/consent.js';
import type { CommandCall } from '../program/command-call.js';

export async function revokeToken(call: CommandCall): Promise<void> {
  const id = call.argument(0);
  const { gateway } = await call.connect();
  const question = `end the token ${id}, and all that were created with it?`;
  if (!(await hasConsent(call, question))) return;
  const options = call.writeOptions();
  const { content } = await gateway.tokens.revoke(id, options);
  const prefix = call.flag('dryRun') ? 'dry run: ' : '';
  call.confirm(`${prefix}token ${content.id} (${content.description}) has ended`);
}
