import EquipoiseCLI
import Essentials

exit(EquipoiseProgram.main(CommandLine.arguments))
