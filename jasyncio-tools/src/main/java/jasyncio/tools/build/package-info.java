/// Builds the project for the launcher. Stands on the JDK alone, and is compiled by the launcher
/// itself, since nothing else may have been built yet.
package jasyncio.tools.build;
