import { ValidateBy } from 'class-validator';

const maxLength = 500;

/** The address of an upstream's API: `https://api.example.com/api`. */
export const IsApiEndpoint = () =>
  ValidateBy({
    name: 'isApiEndpoint',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isApiEndpoint(value),
      defaultMessage: () =>
        `must be an http or https address of at most ${maxLength} characters without user, query and fragment`,
    },
  });

function isApiEndpoint(text: string): boolean {
  if (text.length > maxLength || /[?#\s\u0000-\u001f]/.test(text)) return false;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.hostname !== '';
}
