// What functions share stays what it is.
delete Object.prototype.__proto__;
for (const shared of [Object, Array, String, Number, Boolean, Function, Date, RegExp, Map, Set, Promise, Symbol, Error, BigInt]) {
	Object.preventExtensions(shared.prototype);
	Object.preventExtensions(shared);
}
Object.preventExtensions(Math);
Object.preventExtensions(JSON);
