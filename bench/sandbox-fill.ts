import { requestOnce } from './request-once.js';
import { adminAgent, type SandboxFacts } from './sandbox-admin.js';

const writersCount = 16;

export interface Filling {
  readonly namespace: string;
  readonly count: number;
  readonly valueBytes: number;
}

/** Creates Secrets `s0`, `s1` … of one value each in a namespace that is there. */
export async function fillNamespace(
  facts: SandboxFacts,
  { namespace, count, valueBytes }: Filling,
): Promise<void> {
  const agent = adminAgent(facts, writersCount);
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const data = { value: Buffer.alloc(valueBytes, 'x').toString('base64') };
  let next = 0;
  const writer = async () => {
    for (let index = next++; index < count; index = next++) {
      const body = { kind: 'Secret', apiVersion: 'v1', metadata: { name: `s${index}` }, data };
      await requestOnce(facts.url, agent, 'POST', path, body);
    }
  };
  await Promise.all(Array.from({ length: writersCount }, writer));
  agent.destroy();
}
