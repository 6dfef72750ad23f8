const EMAIL = /[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/i;
const PHONE = /(?:\+|00)?[0-9][0-9 ().-]{6,22}[0-9]/;
const PHONE_DIGITS = /^(?:\+?62|0)8\d{7,11}$|^(?:\+?62|0)\d{7,11}$|^\+\d{8,15}$/;

/** An e-mail address in lower case, or a telephone number of digits with `+62` for Indonesian ones. */
export function readContact(text: string): string | undefined {
  const email = EMAIL.exec(text)?.[0];
  if (email) return email.toLowerCase();
  const digits = PHONE.exec(text)?.[0]
    .replace(/[^+\d]/g, '')
    .replace(/^00/, '+');
  if (!digits || !PHONE_DIGITS.test(digits)) return undefined;
  return digits.replace(/^(?:0|62)/, '+62');
}
