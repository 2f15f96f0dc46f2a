// What an independent implementation makes of expressions: reads vectors without expectation, one a
// line, from standard input and writes them with it.
import { createInterface } from "node:readline";
import { celUint, isCelError, isCelList, isCelMap, isCelType, isCelUint, run } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";

function input(value) {
  const [kind, held] = Object.entries(value)[0];
  switch (kind) {
    case "int": return BigInt(held);
    case "uint": return celUint(BigInt(held));
    case "double": return Number(held);
    case "bytes_b64": return new Uint8Array(Buffer.from(held, "base64"));
    case "list": return held.map(input);
    case "map": return new Map(held.map(([k, v]) => [input(k), input(v)]));
    default: return held;  // null, bool, string
  }
}

function real(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

// Throws for values that the vectors' form does not have.
function output(value) {
  if (value === null) return { null: null };
  if (typeof value === "boolean") return { bool: value };
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return { int: String(value) };
  if (typeof value === "number") return { double: real(value) };
  if (typeof value === "string" && value.isWellFormed()) return { string: value };
  if (isCelUint(value) && BigInt.asUintN(64, value.value) === value.value) return { uint: String(value.value) };
  if (value instanceof Uint8Array) return { bytes_b64: Buffer.from(value).toString("base64") };
  if (isCelList(value)) return { list: [...value].map(output) };
  if (isCelMap(value)) return { map: [...value].map(([k, v]) => [output(k), output(v)]) };
  if (isCelType(value)) return { type: value.name };
  throw new Error("a value of another kind");
}

for await (const line of createInterface({ input: process.stdin })) {
  const vector = JSON.parse(line);
  const bindings = Object.fromEntries(
    Object.entries(vector.bindings).map(([name, value]) => [name, input(value)]));
  try {
    const result = run(vector.expr, bindings, { funcs: strings });
    if (isCelError(result)) {
      vector.expect_error = [String(result.message).toWellFormed()];
    } else {
      vector.expect = output(result);
    }
  } catch {
    continue;  // it gave up itself
  }
  process.stdout.write(JSON.stringify(vector) + "\n");
}
