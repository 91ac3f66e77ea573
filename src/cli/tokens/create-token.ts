import type { TokenRequest } from '@sallyport/client';
import { writePrivateFile } from '../files/private-file.js';
import { durationSeconds } from '../duration.js';
import type { CommandCall } from '../program/command-call.js';

const limits = ['namespaces', 'secrets', 'keys', 'actions', 'cidrs'] as const;

export async function createToken(call: CommandCall): Promise<void> {
  const request = {
    description: call.text('description') ?? '',
    expiresInSeconds: durationSeconds(call.text('expiresIn') ?? ''),
    ...scopeOf(call),
  };
  const { gateway } = await call.connect();
  const options = call.writeOptions();
  const { content } = await gateway.tokens.create(request, options);
  if (content.token === undefined) return call.confirm('dry run: the token can be created');
  await show(call, content.token.revealText());
  call.confirm(`token ${content.id} ends at ${content.expiresAt}`);
}

/** Returns the scope that the options name; none: the token has all rights of its owner. */
function scopeOf(call: CommandCall): Pick<TokenRequest, 'scope'> {
  const named = limits.flatMap((limit) => {
    const values = call.texts(limit);
    return values.length === 0 ? [] : [[limit, [...values]] as const];
  });
  return named.length === 0 ? {} : { scope: Object.fromEntries(named) };
}

async function show(call: CommandCall, token: string): Promise<void> {
  const file = call.text('file');
  if (file === undefined) call.terminal.out(`${token}\n`);
  else await writePrivateFile(file, `${token}\n`);
}
