// What a command may come to, and the key that makes it happen once.

/** The server said no: `code`, `message` (in the reader's language) and `data`. Nothing was changed. */
export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.data = error.data ?? {};
  }
}

/** No answer came in time; it is unknown whether the server did it, so only the same client_id may be sent again. */
export class Unanswered extends Error {}

/** A key made once for one press: however often it is sent, it is done once. */
export function clientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An acknowledgement that says yes; throws Refused for one that does not. */
export function accepted(name, answer) {
  if (answer?.ok) return answer;
  throw new Refused(answer?.error ?? { code: "BROKEN", message: name, data: {} });
}
