// What has no name of its own.
(() => {
	const plain = (x) => {
		if (x === null || typeof x !== "object") {
			return x;
		}
		const value = x.valueOf();
		return value !== null && typeof value === "object" ? Number(x) : value;
	};
	return {
		nothing: () => {},
		array: Object.getPrototypeOf([][Symbol.iterator]()),
		map: Object.getPrototypeOf(new Map().entries()),
		set: Object.getPrototypeOf(new Set().values()),
		string: Object.getPrototypeOf(""[Symbol.iterator]()),
		generator: Object.getPrototypeOf(function* () {}).prototype,
		generatorFunction: Object.getPrototypeOf(function* () {}).constructor,
		asyncFunction: Object.getPrototypeOf(async () => {}).constructor,
		typedArray: Object.getPrototypeOf(Uint8Array),
		operators: (check) => {
			const bounded = (sign, f) => (a, b) => {
				if (typeof a !== "number" || typeof b !== "number") {
					a = plain(a);
					b = plain(b);
					check(sign, a, b);
				}
				return f(a, b);
			};
			return {
				power: bounded("**", (a, b) => a ** b),
				shift: bounded("<<", (a, b) => a << b),
				times: bounded("*", (a, b) => a * b),
			};
		},
	};
})();
