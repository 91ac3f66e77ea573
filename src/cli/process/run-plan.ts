import { UsageError } from '../command.js';
import type { SecretName } from '../connection/secret-name.js';
import { secretNameOf } from '../connection/secret-name.js';
import { timerMs } from '../duration.js';
import type { CommandCall } from '../program/command-call.js';
import type { WantedRun } from './run-values.js';
import { namedVariableOf } from './variables.js';

/** Action after a change of the values of a program. */
export type OnChange = 'restart' | NodeJS.Signals;

/** How a program is kept up to date. */
export interface WatchPlan {
  readonly onChange: OnChange;
  /** Time from a change to what it causes; further changes of this time are one with it. */
  readonly debounceMs: number;
  /** Time that a program may have values that the gateway has not confirmed. */
  readonly maxStaleMs: number | undefined;
  /** Time that a program has to end before it is killed. */
  readonly stopLimitMs: number;
}

const DEBOUNCE = '1s';
const STOP_TIMEOUT = '10s';
/** A wait at the gateway takes a part of it. */
const MAX_STALE_MS_MIN = 5_000;

/** Reads what the program gets. Throws UsageError. */
export function wantedRun(call: CommandCall, namespace: string): WantedRun {
  const nameIn = (text: string): SecretName => secretNameOf(text, namespace);
  const wanted = {
    secrets: call.texts('secret').map(nameIn),
    environments: call.texts('environment').map(nameIn),
    keys: call.texts('env').map((text) => namedVariableOf(text, namespace)),
    names: call.text('names') === 'upper' ? 'upper' : undefined,
    asFiles: call.flag('files'),
  } as const;
  const whole = wanted.secrets.length + wanted.environments.length;
  if (whole + wanted.keys.length === 0) {
    throw new UsageError('name a --secret, an --environment or an --env');
  }
  if (wanted.asFiles && whole === 0) {
    throw new UsageError('--files needs a --secret or an --environment');
  }
  return wanted;
}

/** Reads how the program is kept up to date; undefined without `--watch`. Throws UsageError. */
export function watchPlan(call: CommandCall): WatchPlan | undefined {
  if (!call.flag('watch')) {
    const given = ['onChange', 'debounce', 'maxStale', 'stopTimeout'].find((name) => {
      return call.text(name) !== undefined;
    });
    if (given === undefined) return undefined;
    throw new UsageError('--on-change, --debounce, --max-stale and --stop-timeout need --watch');
  }
  const onChange = (call.text('onChange') ?? 'restart') as OnChange; // one of the choices
  if (onChange !== 'restart' && !call.flag('files')) {
    throw new UsageError('a running program keeps its variables: a signal needs --files');
  }
  const maxStale = call.text('maxStale');
  const maxStaleMs = maxStale === undefined ? undefined : timerMs(maxStale);
  if (maxStaleMs !== undefined && maxStaleMs < MAX_STALE_MS_MIN) {
    throw new UsageError(`--max-stale is at least ${MAX_STALE_MS_MIN / 1_000}s`);
  }
  return {
    onChange,
    debounceMs: timerMs(call.text('debounce') ?? DEBOUNCE),
    maxStaleMs,
    stopLimitMs: timerMs(call.text('stopTimeout') ?? STOP_TIMEOUT),
  };
}
