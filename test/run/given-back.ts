import { afterAll, vi } from 'vitest';

// Every spec file ends with this: the next one of the same process finds no spy, no changed
// environment and no stopped clock of vitest.
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});
