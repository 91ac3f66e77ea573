import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries, ensureOlderKubectl } from '../../cluster/binaries.js';
import {
  type KubectlServer,
  KubectlSession,
  type Turn,
} from '../../conformance/kubectl/kubectl-session.js';
import { eventually } from '../../support/tokens-world.js';
import { type StoredEvent, KubectlWorld, userOf } from './kubectl-world.js';
import { type Life, lives } from './tutorial-lives.js';

const versions = [
  { version: '1.37', path: async () => (await ensureBinaries()).kubectl },
  { version: '1.32', path: () => ensureOlderKubectl() },
];

/** How a life was told to one server: what each step printed, and when it was under way. */
interface Telling {
  readonly turns: readonly Turn[];
  readonly failures: readonly string[];
  readonly times: readonly { readonly from: number; readonly to: number }[];
}

let world: KubectlWorld;

beforeAll(async () => {
  world = await KubectlWorld.start();
  for (const { namespace } of lives) await world.serve(namespace);
});
afterAll(() => world?.stop());

async function tell({ namespace, file, manifest, steps }: Life, server: KubectlServer) {
  const session = new KubectlSession(server, namespace);
  await session.open();
  await session.files({ [file]: manifest });
  const times: { from: number; to: number }[] = [];
  for (const { command } of steps) {
    const from = Date.now();
    await session.run(command);
    times.push({ from, to: Date.now() });
  }
  session.close();
  return { turns: session.turns, failures: session.failures, times };
}

describe.each(versions)('the tutorial with kubectl $version', ({ version, path }) => {
  describe.each(lives)('the life of $name in $namespace', (life) => {
    let direct: Telling;
    let facade: Telling;
    let events: readonly StoredEvent[];

    beforeAll(async () => {
      const sides = await world.sidesOf('operator', { kubectlPath: await path() });
      direct = await tell(life, sides.direct);
      await world.empty(life.namespace);
      facade = await tell(life, sides.facade);
      const last = life.steps.length - 1;
      // The newest entries of the log are exported once they are signed.
      events = await eventually(async () => {
        const all = await world.events();
        if (duringStep(all, last).length === 0) throw new Error('the last step is not there yet');
        return all;
      });
    });

    /** What callers sent while a step was under way, without the intents of writes. */
    function duringStep(all: readonly StoredEvent[], index: number): readonly StoredEvent[] {
      const { from = 0, to = 0 } = facade.times[index] ?? {};
      return all.filter(({ stage, requestReceivedTimestamp, requestURI }) => {
        const at = Date.parse(requestReceivedTimestamp);
        // The gateway's own watches and anchors are on record whenever they are due.
        const isOwn = requestURI === '';
        return stage === 'ResponseComplete' && !isOwn && at >= from && at <= to;
      });
    }

    it.each(life.steps.map((step, index) => ({ ...step, index })))(
      '$command prints what it prints straight at the API server',
      ({ prints, index }) => {
        expect(comparable(facade.turns[index])).toEqual(comparable(direct.turns[index]));
        if (prints !== undefined) expect(facade.turns[index]?.output).toBe(prints);
      },
    );

    it('goes through, step by step', () => {
      expect(facade.failures).toEqual([]);
    });

    it.each(life.steps.map((step, index) => ({ ...step, index })))(
      '$command is on record, with who called and which keys it was about',
      ({ recorded, index }) => {
        const found = duringStep(events, index);
        for (const { user, requestURI, userAgent } of found) {
          expect(user.username).toBe(userOf('operator'));
          expect(requestURI).toMatch(/^\/kubernetes\//);
          expect(userAgent).toContain(`kubectl/v${version}.`);
        }
        expect(found.filter(({ objectRef }) => isOf(life, objectRef)).map(recordOf)).toContainEqual(
          recorded,
        );
      },
    );
  });
});

/** Without the order in which kubectl 1.32 describes keys: any, and another each time. */
function comparable(turn: Turn | undefined): unknown {
  if (turn?.command.startsWith('kubectl describe') !== true) return turn;
  return { ...turn, output: turn.output.split('\n').toSorted() };
}

/** Of the Secret, or of all Secrets around it. */
function isOf({ namespace, name }: Life, object: StoredEvent['objectRef']): boolean {
  if (object?.resource !== 'secrets') return false;
  return (object.name ?? name) === name && (object.namespace ?? namespace) === namespace;
}

function recordOf({ annotations }: StoredEvent): object {
  const keys = annotations['sallyport.dev/keys'];
  return { action: annotations['sallyport.dev/action'], ...(keys && { keys: keys.split(',') }) };
}
