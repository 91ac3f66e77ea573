/** Dotted path of a setting → variable that gave it. */
export type SettingNames = ReadonlyMap<string, string>;

export interface Problem {
  /** Dotted paths of the settings that it is about. */
  readonly paths: readonly string[];
  readonly message: string;
}

/** In one line, with each setting called as whoever gave it knows it. */
export function problemText({ paths, message }: Problem, names: SettingNames): string {
  const called = [...new Set(paths.map((path) => nameOf(path, names)))];
  const last = called.pop() ?? '';
  return `${called.length === 0 ? last : `${called.join(', ')} and ${last}`}: ${message}`;
}

/** The variable that gave it or what it is a part of, such as a list; otherwise the key. */
function nameOf(path: string, names: SettingNames): string {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const name = names.get(parts.slice(0, length).join('.'));
    if (name !== undefined) return name;
  }
  return path === '' ? '(root)' : path;
}
