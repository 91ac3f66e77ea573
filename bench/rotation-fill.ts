import { requestOnce } from './request-once.js';
import { adminAgent, type AdminAccess } from './admin-access.js';

const writersCount = 16;
const rotations = '/apis/sallyport.dev/v1alpha1/namespaces/default/secretrotations';
const secrets = '/api/v1/namespaces/default/secrets';

/** A Secret and how it is rotated, by name. */
export interface RotationFilling {
  readonly name: string;
  readonly stringData: Readonly<Record<string, string>>;
  /** Undefined: a Secret alone. */
  readonly spec?: object;
}

/** Creates them in the namespace `default` of a sandbox, side by side. */
export async function fillRotations(
  facts: AdminAccess,
  fillings: readonly RotationFilling[],
): Promise<void> {
  const agent = adminAgent(facts, writersCount);
  let next = 0;
  const writer = async () => {
    for (let filling = fillings[next++]; filling; filling = fillings[next++]) {
      const { name, stringData, spec } = filling;
      const metadata = { name };
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
      await requestOnce(facts.url, agent, 'POST', secrets, secret);
      if (spec === undefined) continue;
      const kind = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'SecretRotation' };
      const policy = { ...kind, metadata, spec: { secretName: name, ...spec } };
      await requestOnce(facts.url, agent, 'POST', rotations, policy);
    }
  };
  await Promise.all(Array.from({ length: writersCount }, writer));
  agent.destroy();
}

/** A schedule that is due at one minute, and that minute: the first that is far enough away. */
export function scheduleIn(aheadMs: number): {
  readonly dueMs: number;
  readonly schedule: { readonly cron: string; readonly timeZone: string };
} {
  const minuteMs = 60_000;
  const dueMs = Math.ceil((Date.now() + aheadMs) / minuteMs) * minuteMs;
  const due = new Date(dueMs);
  const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
  return { dueMs, schedule: { cron, timeZone: 'UTC' } };
}
