const placeholder = /\{([a-z][\w-]*(?:\.[\w-]+)*)\}/gi;

/** Puts saved values in the place of `{name}` and `{name.member.0}`; what is unknown shows so. */
export function fillIn(
  template: string,
  saved: ReadonlyMap<string, unknown>,
  language: 'text' | 'json',
): string {
  return template.replace(placeholder, (_, path: string) => {
    const value = memberAt(saved, path);
    const text = typeof value === 'string' ? value : `unset ${path}`;
    return language === 'json' ? JSON.stringify(text).slice(1, -1) : text;
  });
}

/** What is saved at `name.member.0`; undefined where there is no such thing. */
export function memberAt(saved: ReadonlyMap<string, unknown>, path: string): unknown {
  const [name = '', ...members] = path.split('.');
  return members.reduce<unknown>(memberOf, saved.get(name));
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
