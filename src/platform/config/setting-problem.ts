/** Dotted path of a setting → variable that set it. */
export type SettingNames = ReadonlyMap<string, string>;

export interface Problem {
  /** Dotted paths of the settings with the problem. */
  readonly paths: readonly string[];
  readonly message: string;
}

/** Renders a problem in one line, with each setting named as its author wrote it. */
export function problemText({ paths, message }: Problem, names: SettingNames): string {
  const called = [...new Set(paths.map((path) => nameOf(path, names)))];
  const last = called.pop() ?? '';
  return `${called.length === 0 ? last : `${called.join(', ')} and ${last}`}: ${message}`;
}

/** Returns the variable that set the path or a parent, such as a list; otherwise the path. */
function nameOf(path: string, names: SettingNames): string {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = names.get(parts.slice(0, length).join('.'));
    if (name !== undefined) return name;
  }
  return path === '' ? '(root)' : path;
}
