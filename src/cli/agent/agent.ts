import { parse } from 'yaml';
import { UsageError } from '../command.js';
import { failureOf } from '../exit-code.js';
import { readNamedFile } from '../named-file.js';
import { codeOf } from '../output/system-error.js';
import { signalExitCode } from '../process/child.js';
import type { CommandCall } from '../program/command-call.js';
import { passedSignals, ReceivedSignals } from '../signals/received-signals.js';
import { requestsOf } from '../values/wanted-values.js';
import { type AgentConfig, agentConfigOf, readyFileOf, wantedByFiles } from './agent-config.js';
import { ReadyFile } from './ready-file.js';
import { RunningAgent } from './running-agent.js';
import { renderOnce } from './render-once.js';

const CONFIG_BYTES_MAX = 1024 * 1024;

/** Keeps files up to date until a signal, or writes them once. */
export async function agent(call: CommandCall): Promise<number | undefined> {
  const path = call.text('config') ?? '';
  const parsed = parsedFile(path);
  // Before all that can fail: an agent that was killed has left the file.
  if (!call.flag('once')) new ReadyFile(readyFileOf(parsed)).show(false);
  const { gateway, namespace } = await call.connect();
  const config = configOf(parsed, { path, namespace });
  const { terminal } = call;
  const ending = new AbortController();
  let endedBy: NodeJS.Signals = 'SIGTERM';
  const signals = new ReceivedSignals(passedSignals, (signal) => {
    endedBy = signal;
    ending.abort();
  });
  const parts = {
    ...{ gateway, config, requests: requestsOf(wantedByFiles(config.files)) },
    log: (text: string) => terminal.err(`${new Date().toISOString()} ${text}\n`),
  };
  try {
    if (call.flag('once')) await renderOnce(parts, ending.signal);
    else await new RunningAgent(parts).run(ending.signal);
    return ending.signal.aborted && call.flag('once') ? signalExitCode(endedBy) : undefined;
  } finally {
    signals.end();
  }
}

function configOf(
  parsed: unknown,
  { path, namespace }: { readonly path: string; readonly namespace: string },
): AgentConfig {
  try {
    return agentConfigOf(parsed, namespace);
  } catch (error) {
    throw new UsageError(`${path}: ${failureOf(error).message}`);
  }
}

function parsedFile(path: string): unknown {
  const text = textOf(path);
  try {
    return parse(text);
  } catch {
    throw new UsageError(`${path} is not YAML`);
  }
}

function textOf(path: string): string {
  try {
    return readNamedFile(path, CONFIG_BYTES_MAX);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${codeOf(error)}`);
  }
}
