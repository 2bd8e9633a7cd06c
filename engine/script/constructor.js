// Puts a look at the arguments before a builtin constructor.
(Original, prepare) => {
	function constructor(...args) {
		args = prepare(...args) || args;
		if (new.target === undefined) {
			return Original(...args);
		}
		return Reflect.construct(Original, args, new.target === constructor ? Original : new.target);
	}
	Object.setPrototypeOf(constructor, Original);
	if (Original.prototype) { // Proxy has none
		Object.defineProperty(constructor, "prototype", { value: Original.prototype, writable: false });
		Object.defineProperty(Original.prototype, "constructor", { value: constructor });
	} else {
		constructor.prototype = undefined;
	}
	Object.defineProperty(constructor, "name", { value: Original.name, configurable: true });
	Object.defineProperty(constructor, "length", { value: Original.length, configurable: true });
	return constructor;
}
