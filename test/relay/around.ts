type Via = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/** The same object, in which each call goes through `via`, those of its parts as well: `settle`, and `edits.settle`. */
export function around<T extends object>(target: T, via: Via, path = ""): T {
  return new Proxy(target, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      const fullName = `${path}${String(name)}`;
      if (typeof value === "object" && value !== null) return around(value, via, `${fullName}.`);
      if (typeof value !== "function") return value;
      return async (...words: readonly unknown[]): Promise<unknown> =>
        await via(fullName, async () => await (Reflect.apply(value, target, words) as Promise<unknown>));
    },
  });
}

/** Throws where there is no such method, since then nothing would ever come between. */
function mustHave(target: object, method: string): void {
  let found: unknown = target;
  for (const name of method.split(".")) found = Reflect.get(Object(found), name);
  if (typeof found !== "function") throw new Error(`no method ${method}`);
}

/** Something happens each time just before that method is called. */
export function before<T extends object>(target: T, method: string, happens: () => Promise<unknown>): T {
  mustHave(target, method);
  return around(target, async (name, call) => {
    if (name === method) await happens();
    return await call();
  });
}

/** Something is done instead of that method's first call, which it is given. */
export function instead<T extends object>(
  target: T,
  method: string,
  make: (call: () => Promise<unknown>) => Promise<unknown>,
): T {
  mustHave(target, method);
  let isOver = false;
  return around(target, async (name, call) => {
    if (name !== method || isOver) return await call();
    isOver = true;
    return await make(call);
  });
}
