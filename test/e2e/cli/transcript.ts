/** Command of a transcript, and what a user sees. */
export interface TranscriptStep {
  readonly line: string;
  /** Whether the command runs in a terminal; otherwise, its output is piped. */
  readonly isTerminal: boolean;
  /** Lines that the user types, each once a prompt is there. */
  readonly typed: readonly string[];
  /** Output and errors, with placeholders; a last line `[3]` is the exit code. */
  readonly shown: string;
}

/**
 * Reads a transcript: `$ COMMAND` with piped output, `% COMMAND` in a terminal, `< TEXT` as typed,
 * `# TEXT` a comment, and all other lines as shown.
 */
export function parseTranscript(text: string): readonly TranscriptStep[] {
  const steps: { line: string; isTerminal: boolean; typed: string[]; shown: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const sign = line.slice(0, 2);
    const rest = line.slice(2);
    if (sign === '# ') continue;
    if (sign === '$ ' || sign === '% ') {
      steps.push({ line: rest, isTerminal: sign === '% ', typed: [], shown: [] });
    } else if (sign === '< ') steps.at(-1)?.typed.push(rest);
    else steps.at(-1)?.shown.push(line);
  }
  return steps.map(({ shown, ...step }) => ({ ...step, shown: shown.join('\n') }));
}

/** Replaces what differs from run to run. Columns have two spaces between them. */
export function normalised(text: string, gateway: string, home: string): string {
  return text
    .replaceAll(home, 'HOME')
    .replaceAll(gateway, 'GATEWAY')
    .replaceAll(new URL(gateway).host, 'HOST')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
    .replaceAll(/\b0[0-9A-Za-z]{15}\b/g, 'ID')
    .split('\n')
    .map((line) => line.trimEnd().replaceAll(/ {2,}/g, '  '))
    .join('\n')
    .trimEnd();
}
