import { followChanges } from '../values/follow-changes.js';
import { waitSecondsFor } from '../values/wait-seconds.js';
import { KeptFiles } from './file-round.js';
import type { AgentParts } from './running-agent.js';

/**
 * Writes all files of the present state, and waits for a gateway that cannot be reached. Throws
 * what the gateway refuses, and RoundFailure.
 */
export async function renderOnce(
  { gateway, requests, config, log }: AgentParts,
  signal: AbortSignal,
): Promise<void> {
  const ending = new AbortController();
  const { changes, follower } = followChanges(
    { gateway, requests, waitSeconds: waitSecondsFor(undefined) },
    (sentence) => log(`${sentence}; the agent tries again`),
  );
  signal.addEventListener('abort', () => changes.wake(), { once: true });
  const following = follower.run(ending.signal);
  try {
    await changes.next;
    const values = changes.take();
    if (values === undefined) return;
    for (const path of new KeptFiles(config.files).write(values)) log(`${path} is written`);
  } finally {
    ending.abort();
    await following;
  }
}
