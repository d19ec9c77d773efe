// Tries: Replaces JSON and the methods that a host might use, so that what leaves is no JSON.
// Ends as: success {"ok":true}

JSON.stringify = () => '}not json{';
JSON.parse = () => ({ forged: true });
Object.prototype.toJSON = undefined;
String.prototype.slice = () => '}{';
String.prototype.charCodeAt = () => 0;
Array.prototype.join = () => '}{';
Reflect.apply = () => '}{';
function run() {
  return { ok: true };
}
