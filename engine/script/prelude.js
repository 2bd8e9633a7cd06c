// What code finds beyond the language and is best said in JavaScript.
(() => {
	const quoted = (text) => {
		const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : text.includes("`") ? "'" : "`";
		text = text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t").replace(/\r/g, "\\r");
		return mark + (mark === "'" ? text.replace(/'/g, "\\'") : text) + mark;
	};
	const inspected = (value, depth, seen) => {
		switch (typeof value) {
		case "string":
			return depth < 0 ? value : quoted(value);
		case "bigint":
			return value + "n";
		case "function":
			return /^class\b/.test(Function.prototype.toString.call(value)) ? `[class ${value.name || "(anonymous)"}]` : `[Function${value.name ? ": " + value.name : " (anonymous)"}]`;
		case "symbol":
			return value.toString();
		case "number":
			return Object.is(value, -0) ? "-0" : String(value);
		}
		if (value === null || typeof value !== "object") {
			return String(value);
		}
		if (value instanceof Error) {
			return value.stack || String(value);
		}
		if (value instanceof Date) {
			return isNaN(value) ? "Invalid Date" : value.toISOString();
		}
		if (value instanceof RegExp) {
			return String(value);
		}
		if (typeof Buffer.isBuffer === "function" && Buffer.isBuffer(value)) {
			const hex = value.toString("hex", 0, 50).match(/../g) || [];
			return `<Buffer${hex.map((x) => " " + x).join("")}${value.length > 50 ? ` ... ${value.length - 50} more bytes` : ""}>`;
		}
		if (seen.includes(value)) {
			return "[Circular *1]";
		}
		const name = value.constructor && value.constructor.name;
		if (depth > limit) {
			return Array.isArray(value) ? "[Array]" : `[${name || "Object"}]`;
		}
		const inner = seen.concat([value]);
		const show = (x) => inspected(x, Math.max(depth, 0) + 1, inner);
		const enclosed = (open, parts, close) => {
			if (parts.length === 0) {
				return open.trimEnd() + close.trim();
			}
			const line = open + parts.join(", ") + close;
			if (line.length <= 72 && !line.includes("\n")) {
				return line;
			}
			return open.trimEnd() + "\n  " + parts.map((p) => p.replace(/\n/g, "\n  ")).join(",\n  ") + "\n" + close.trim();
		};
		if (Array.isArray(value) || ArrayBuffer.isView(value) && typeof value.length === "number") {
			const parts = [];
			for (let i = 0, holes = 0; i < Math.min(value.length, 100); i += Math.max(holes, 1)) {
				for (holes = 0; i + holes < value.length && !(i + holes in value); holes++);
				parts.push(holes ? `<${holes} empty item${holes > 1 ? "s" : ""}>` : show(value[i]));
			}
			if (value.length > 100) {
				parts.push(`... ${value.length - 100} more items`);
			}
			return enclosed((Array.isArray(value) ? "" : `${name}(${value.length}) `) + "[ ", parts, " ]");
		}
		if (value instanceof Map) {
			return enclosed(`Map(${value.size}) { `, [...value].map(([k, v]) => show(k) + " => " + show(v)), " }");
		}
		if (value instanceof Set) {
			return enclosed(`Set(${value.size}) { `, [...value].map(show), " }");
		}
		if (value instanceof Promise) {
			return "Promise { <pending> }";
		}
		const keys = Object.keys(value).map((k) => (/^[A-Za-z_$][\w$]*$/.test(k) ? k : inspected(k, 0, [])) + ": " + show(value[k]));
		return enclosed((name && name !== "Object" ? name + " " : name || Object.getPrototypeOf(value) ? "" : "[Object: null prototype] ") + "{ ", keys, " }");
	};
	let limit = 2;
	const inspect = (value, options) => {
		const before = limit;
		if (options && typeof options === "object" && "depth" in options) {
			limit = options.depth === null ? Infinity : options.depth;
		}
		try {
			return inspected(value, 0, []);
		} finally {
			limit = before;
		}
	};
	const format = (...args) => {
		const [first, ...rest] = args;
		let text = "";
		if (typeof first === "string" && rest.length > 0) {
			text = first.replace(/%[sdifjoOc%]/g, (mark) => {
				if (mark === "%%") {
					return "%";
				}
				if (rest.length === 0) {
					return mark;
				}
				const value = rest.shift();
				switch (mark) {
				case "%s":
					return typeof value === "object" && value !== null ? inspect(value, { depth: 0 }) : String(value);
				case "%d":
					return typeof value === "object" ? "NaN" : String(Number(value));
				case "%i":
					return String(parseInt(value, 10));
				case "%f":
					return String(parseFloat(value));
				case "%j":
					return JSON.stringify(value);
				case "%c":
					return "";
				}
				return inspect(value);
			});
		} else if (args.length === 0) {
			return "";
		} else {
			text = inspected(first, -1, []);
		}
		for (const value of rest) {
			text += " " + inspected(value, -1, []);
		}
		return text;
	};
	const custom = Symbol.for("nodejs.util.promisify.custom");
	const promisify = (f) => {
		if (typeof f !== "function") {
			throw new TypeError('The "original" argument must be of type function');
		}
		if (f[custom]) {
			return f[custom];
		}
		if (f === globalThis.setTimeout) {
			return (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
		}
		return function (...args) {
			return new Promise((resolve, reject) => {
				f.call(this, ...args, (err, value) => (err ? reject(err) : resolve(value)));
			});
		};
	};
	promisify.custom = custom;
	const callbackify = (f) => function (...args) {
		const callback = args.pop();
		f.apply(this, args).then((value) => callback(null, value), (err) => callback(err || new Error("rejected")));
	};
	const equal = (a, b) => {
		if (Object.is(a, b)) {
			return true;
		}
		if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) {
			return false;
		}
		if (a instanceof Date && b instanceof Date) {
			return a.getTime() === b.getTime();
		}
		const keys = Object.keys(a);
		return keys.length === Object.keys(b).length && keys.every((k) => k in b && equal(a[k], b[k]));
	};
	const types = {
		isDate: (x) => x instanceof Date,
		isRegExp: (x) => x instanceof RegExp,
		isMap: (x) => x instanceof Map,
		isSet: (x) => x instanceof Set,
		isPromise: (x) => x instanceof Promise,
		isNativeError: (x) => x instanceof Error,
		isTypedArray: (x) => ArrayBuffer.isView(x) && !(x instanceof DataView),
		isUint8Array: (x) => x instanceof Uint8Array,
		isArrayBuffer: (x) => x instanceof ArrayBuffer,
	};
	class TextEncoder {
		get encoding() {
			return "utf-8";
		}
		encode(text = "") {
			return new Uint8Array(Buffer.from(String(text)));
		}
	}
	class TextDecoder {
		constructor(encoding = "utf-8") {
			const known = { "utf-8": "utf8", utf8: "utf8", "utf-16le": "utf16le", latin1: "latin1", "iso-8859-1": "latin1", "windows-1252": "latin1", ascii: "latin1" };
			this.encoding = String(encoding).toLowerCase();
			if (!known[this.encoding]) {
				throw new RangeError(`The "${encoding}" encoding is not supported`);
			}
			Object.defineProperty(this, "as", { value: known[this.encoding] });
		}
		decode(bytes) {
			if (bytes === undefined) {
				return "";
			}
			const view = bytes instanceof ArrayBuffer ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			return view.toString(this.as).replace(/^\uFEFF/, "");
		}
	}
	// A deep copy that leaves functions what they are and objects of their
	// class; what other says is copied by copy.
	const clone = (from, copy) => {
		const known = new Map();
		const cloned = (x) => {
			if (x === null || typeof x !== "object") {
				return x;
			}
			if (known.has(x)) {
				return known.get(x);
			}
			let to;
			if (Array.isArray(x)) {
				to = new Array(x.length);
			} else if (x instanceof Map) {
				known.set(x, to = new Map());
				x.forEach((v, k) => to.set(cloned(k), cloned(v)));
			} else if (x instanceof Set) {
				known.set(x, to = new Set());
				x.forEach((v) => to.add(cloned(v)));
			} else if (x instanceof Date || x instanceof RegExp || x instanceof Error || Buffer.isBuffer(x)) {
				known.set(x, to = copy(x));
				return to;
			} else if (ArrayBuffer.isView(x)) {
				known.set(x, to = x.slice());
				return to;
			} else {
				to = Object.create(Object.getPrototypeOf(x));
			}
			known.set(x, to);
			for (const key of Object.keys(x)) {
				to[key] = cloned(x[key]);
			}
			return to;
		};
		const { req, res } = from;
		if (req === undefined && res === undefined || Array.isArray(from)) {
			return cloned(from);
		}
		known.set(req, req); // never copied
		known.set(res, res);
		return cloned(from);
	};
	// What the module url gets wrong.
	const completeURLs = (module, resolve, opaque) => {
		const { URL: Original, URLSearchParams } = module;
		const invalid = (input) => Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input });
		function URL(input, base) {
			if (new.target === undefined) {
				throw new TypeError("Class constructor URL cannot be invoked without 'new'");
			}
			input = String(input);
			try {
				const whole = base === undefined ? undefined : resolve(input, String(base));
				const made = whole === undefined && base !== undefined ? new Original(input, String(base)) : new Original(whole === undefined ? input : whole);
				return Object.setPrototypeOf(made, new.target.prototype);
			} catch (err) {
				throw invalid(input);
			}
		}
		URL.prototype = Object.create(Original.prototype); // nothing of which can be changed
		Object.defineProperty(URL.prototype, "constructor", { value: URL, writable: true, configurable: true });
		Object.assign(URL, {
			canParse: (input, base) => URL.parse(input, base) !== null,
			parse: (input, base) => {
				try {
					return new URL(input, base);
				} catch (err) {
					return null;
				}
			},
		});
		const accessor = (name, get, set) => {
			const own = Object.getOwnPropertyDescriptor(Original.prototype, name);
			Object.defineProperty(URL.prototype, name, {
				get: get ? function () { return get(this, own.get.call(this)); } : own.get,
				set: set ? function (value) { own.set.call(this, set(String(value))); } : own.set,
				enumerable: true, configurable: true,
			});
		};
		accessor("origin", (u) => (/^(https?|wss?|ftp):$/.test(u.protocol) ? u.protocol + "//" + u.host : "null"));
		accessor("pathname", (u, path) => path || opaque(u.href));
		accessor("search", undefined, (text) => text.replace(/^\?/, ""));
		accessor("hash", undefined, (text) => text.replace(/^#/, ""));
		URLSearchParams.prototype.forEach = function (f, self) {
			for (const [name, value] of this) {
				f.call(self, value, name, this);
			}
		};
		module.URL = URL;
	};
	return {
		completeURLs,
		clone,
		format,
		promisify,
		TextEncoder,
		TextDecoder,
		queueMicrotask: (f) => {
			Promise.resolve().then(f);
		},
		util: {
			inspect, format, promisify, callbackify, types,
			isDeepStrictEqual: equal,
			isArray: Array.isArray,
			inherits: (child, parent) => {
				Object.setPrototypeOf(child.prototype, parent.prototype);
				Object.defineProperty(child, "super_", { value: parent, writable: true, configurable: true });
			},
			TextEncoder, TextDecoder,
		},
	};
})();
