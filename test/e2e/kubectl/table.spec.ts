import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knownFacadeDifferences } from '../../conformance/kubectl/known-facade-differences.js';
import {
  leveledTranscript,
  neededDifferences,
} from '../../conformance/kubectl/known-kubectl-differences.js';
import {
  type KubectlScenario,
  namespaceOf,
  runKubectlScenario,
} from '../../conformance/kubectl/kubectl-scenario.js';
import { KubectlSession } from '../../conformance/kubectl/kubectl-session.js';
import { describeAtOnce } from '../../support/at-once.js';
import { isLong } from '../../support/scale.js';
import { type Sides, KubectlWorld } from './kubectl-world.js';
import { allSecretScenarios } from './scenarios/all-secret-scenarios.js';

/** Ways to call kubectl that are compared. */
const COMMANDS_MIN = isLong ? 60 : 15;
const scenarios = allSecretScenarios.filter((_, index) => isLong || index % 4 === 0);

let world: KubectlWorld;
let sides: Sides;
const commands = new Set<string>();
const needed = new Set<string>();

beforeAll(async () => {
  world = await KubectlWorld.start();
  sides = await world.sidesOf('operator', { others: ['stranger'] });
});
afterAll(() => world?.stop());

/** Tells a scenario to the API server and then, from the same state on, to the façade. */
async function tellBoth(scenario: KubectlScenario): Promise<Record<keyof Sides, KubectlSession>> {
  const namespace = namespaceOf(scenario);
  await world.serve(namespace);
  const direct = await runKubectlScenario(scenario, sides.direct);
  await world.empty(namespace);
  const facade = await runKubectlScenario(scenario, sides.facade);
  await world.empty(namespace);
  return { direct, facade };
}

const middle = Math.floor(scenarios.length / 2);
/** Those that watch all namespaces hear nothing of the other half. */
const halves = [
  ['first', scenarios.slice(0, middle)],
  ['second', scenarios.slice(middle)],
] as const;

const suite = 'kubectl prints through the façade what it prints straight at the API server';

describeAtOnce<readonly KubectlScenario[]>(halves, `${suite}: %s half`, (_title, told) => {
  it.each(told)('$title', { timeout: 120_000 }, async (scenario) => {
    const { direct, facade } = await tellBoth(scenario);

    expect(direct.failures).toEqual([]);
    const known = knownFacadeDifferences;
    expect(leveledTranscript(facade.turns, known)).toBe(leveledTranscript(direct.turns, known));
    expect(facade.failures).toEqual([]);
    for (const { command } of facade.turns) commands.add(command);
    for (const { id } of neededDifferences(direct.turns, facade.turns, known)) needed.add(id);
  });
});

describe(suite, () => {
  it('but for the differences on the list, each of which there is', () => {
    const known = knownFacadeDifferences.map(({ id }) => id).toSorted();
    // Not each scenario is told in a short run.
    if (isLong) expect([...needed].toSorted()).toEqual(known);
    else expect(known).toEqual(expect.arrayContaining([...needed]));
  });

  it(`in at least ${COMMANDS_MIN} ways to call it`, () => {
    process.stdout.write(`${commands.size} commands were compared\n`);
    expect(commands.size).toBeGreaterThanOrEqual(COMMANDS_MIN);
  });
});

describe('rights on virtual resources', () => {
  const session = async (side: keyof Sides): Promise<KubectlSession> => {
    const kubectl = new KubectlSession(sides[side], 'k-virtual');
    await kubectl.open();
    return kubectl;
  };

  it('are asked for right through the façade', async () => {
    const kubectl = await session('facade');
    await kubectl.script`
      kubectl auth can-i get secretkeys.sallyport.dev/shhhhhh/password
      kubectl auth can-i update secretkeys.sallyport.dev/shhhhhh/password
      ! kubectl auth can-i get secretversions.sallyport.dev/shhhhhh
      ! kubectl auth can-i list auditevents.sallyport.dev
    `;
    expect(kubectl.failures).toEqual([]);
    expect(kubectl.turns.map(({ output }) => output)).toEqual(['yes\n', 'yes\n', 'no\n', 'no\n']);
    expect(kubectl.turns.map(({ errorOutput }) => errorOutput)).toEqual(['', '', '', '']);
  });

  it('are unknown to the API server, which kubectl asks about something else then', async () => {
    const kubectl = await session('direct');
    await kubectl.script`! kubectl auth can-i get secretkeys.sallyport.dev/shhhhhh/password`;
    expect(kubectl.failures).toEqual([]);
    expect(kubectl.turns[0]?.errorOutput).toContain("doesn't have a resource type 'secretkeys'");
  });
});
