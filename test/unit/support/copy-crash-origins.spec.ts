import { expect, it } from 'vitest';
import { foreignOrigins, type NamedWrite } from '../../support/copy-crash-origins.js';
import type { SeenState } from '../../support/copy-crash-watch.js';

let versions = 0;

/** A state of a Secret with the annotations of these imports. */
function state(imports: readonly string[], type: SeenState['type'] = 'MODIFIED'): SeenState {
  const annotations = Object.fromEntries(
    imports.map((uid) => [`import.sallyport.dev/${uid}`, '{}']),
  );
  const metadata = { name: 'copy', uid: 'u', resourceVersion: String((versions += 1)) };
  return { type, object: { type: 'Opaque', metadata: { ...metadata, annotations } } };
}

const versionOf = ({ object }: SeenState) => object.metadata.resourceVersion;
const delivery: NamedWrite = { name: 'copy', kind: 'delivery' };
const removal: NamedWrite = { name: 'copy', kind: 'removal' };

interface Crash {
  readonly states: readonly SeenState[];
  readonly ofUsers?: readonly SeenState[];
  readonly foreign: readonly SeenState[];
  readonly unproven?: readonly NamedWrite[];
}

function problems({ states, ofUsers = [], foreign, unproven = [] }: Crash): readonly string[] {
  const users = new Set(ofUsers.map(versionOf));
  return foreignOrigins({
    ...{ states, unproven, foreign: new Set(foreign.map(versionOf)) },
    isUserVersion: (resourceVersion) => users.has(resourceVersion),
  });
}

it('requires the origin of each delivered state and of each removal', () => {
  const [first, second, kept, none] = [state(['a']), state(['a', 'b']), state(['a']), state([])];
  const states = [first, second, kept, none];
  expect(problems({ states, foreign: [] })).toEqual([]);
  const delivered = 'delivery of copy: 2 versions of another origin, 0 unknown outcomes';
  expect(problems({ states, foreign: [first, second] })).toEqual([delivered]);
  const removed = 'removal of copy: 1 versions of another origin, 0 unknown outcomes';
  expect(problems({ states, foreign: [kept] })).toEqual([removed]);
  expect(problems({ states, foreign: [none] })).toEqual([removed]);
});

it('allows another origin for as many states as there are unknown outcomes of their kind', () => {
  const [first, second, kept] = [state(['a']), state(['a', 'b']), state(['a'])];
  const states = [first, second, kept];
  expect(problems({ states, foreign: [first], unproven: [delivery] })).toEqual([]);
  expect(problems({ states, foreign: [kept], unproven: [removal] })).toEqual([]);
  expect(problems({ states, foreign: [first, second], unproven: [delivery] })).toHaveLength(1);
  expect(problems({ states, foreign: [first], unproven: [removal] })).toHaveLength(1);
  expect(problems({ states, foreign: [kept], unproven: [delivery] })).toHaveLength(1);
  const another = { ...removal, name: 'another' };
  expect(problems({ states, foreign: [kept], unproven: [another] })).toHaveLength(1);
});

it('requires no origin of states that users wrote, and of Secrets without a copy', () => {
  const edited = state(['a']);
  const [own, gone, anew] = [state([]), state(['a'], 'DELETED'), state([])];
  const states = [state(['a']), edited, gone, anew, own];
  expect(problems({ states, ofUsers: [edited], foreign: [edited, gone, anew, own] })).toEqual([]);
});
