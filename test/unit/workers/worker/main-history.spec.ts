import { expect, it, vi } from 'vitest';
import type { VersionInfo } from '../../../../src/secrets/domain/secret-history.js';
import { MainHistory } from '../../../../src/workers/worker/main-history.js';

const state = { namespace: 'pay', name: 'db', uid: 'u', resourceVersion: '1', type: 'Opaque' };
const info: VersionInfo = { version: 3, updatedBy: null, keyVersions: [], isFinal: false };

function historyOf(ask: () => Promise<unknown>, isRecorded = true) {
  const asking = vi.fn<(name: string, of: unknown) => Promise<unknown>>(ask);
  return {
    asking,
    history: new MainHistory({ link: { ask: asking as never }, isRecorded: () => isRecorded }),
  };
}

it('asks the main process about states, and tells it nothing else of a Secret', async () => {
  const { asking, history } = historyOf(() => Promise.resolve([info]));
  const secret = { ...state, data: { password: 'x' } };
  expect(await history.describe([secret])).toEqual([info]);
  expect(asking).toHaveBeenCalledExactlyOnceWith('describe', [state]);
});

it('knows nothing of a state where the main process does not answer', async () => {
  const { history } = historyOf(() => Promise.reject(new Error('no answer')));
  expect(await history.describe([state, state])).toEqual([undefined, undefined]);
});

it('asks nothing about what has no history', async () => {
  const { asking, history } = historyOf(() => Promise.resolve([info]), false);
  expect(await history.describe([state])).toEqual([undefined]);
  expect(asking).not.toHaveBeenCalled();
});

it('tells who listens that an author has become known', () => {
  const { history } = historyOf(() => Promise.resolve([]));
  const listener = vi.fn<(of: object) => void>();
  history.onAttributed(listener);
  history.attributed({ uid: 'u', resourceVersion: '1' });
  expect(listener).toHaveBeenCalledWith({ uid: 'u', resourceVersion: '1' });
});
